"""Who there is: records of people, and the columns that they are compared by."""
