"""One module a step. A step that was released is never edited: a store may have gone through it."""
