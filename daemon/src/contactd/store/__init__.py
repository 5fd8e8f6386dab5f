"""Speaks SQL: the shape of the database and every statement."""
