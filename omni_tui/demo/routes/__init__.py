"""The endpoints of the demo server, a module for each part of the API."""
