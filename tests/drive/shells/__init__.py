"""The program in real shells, and from the form to a scheduled command."""
