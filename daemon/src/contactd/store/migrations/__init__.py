"""How the shape of the database came to be, step by step. Imported only where there is something to migrate."""
