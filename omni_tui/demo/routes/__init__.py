"""What the demo's server answers, a module for each part of the API."""
