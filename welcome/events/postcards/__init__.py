"""The picture that a messenger shows beside a shared link: letters that can be written, and the drawing."""
