"""Every page of a whole city as a picture, and what can be judged of a page without looking at it: `make screens`."""
