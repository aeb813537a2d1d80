"""Context of a mention: ConText rules give its status, the text around it gives its subject."""
