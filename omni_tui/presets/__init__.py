"""What is wanted again: presets under names in a file for people, and what was used last."""
