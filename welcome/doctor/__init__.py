"""The doctor: looks at everything an operator can set wrongly, and says what to do."""
