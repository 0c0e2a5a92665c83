"""The program over SSH, and files sent through the terminal."""
