"""Each option and argument once, as an annotated type, a file per group; `command` wraps them around a command."""
