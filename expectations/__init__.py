"""What must hold of data that arrives and of data that is about to be published."""
