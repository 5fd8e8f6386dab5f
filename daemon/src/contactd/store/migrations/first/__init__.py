"""The first shape of the store, a module for each kind of table; never changed once it was released."""
