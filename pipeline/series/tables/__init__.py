"""The series table in the forms of `cases.*`: one module a form, over the same rows."""
