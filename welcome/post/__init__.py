"""Letters and notices: written once, sent once, in the language of their reader."""
