"""The steps by which a store comes to its tables, run by Alembic; `schema.py` calls them, no alembic.ini is needed."""
