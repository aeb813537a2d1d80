"""What Alembic runs: the steps on the connection that `schema.py` hands over, inside its transaction."""

from alembic import context

from pipeline.registry.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
