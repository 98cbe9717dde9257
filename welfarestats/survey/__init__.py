"""Who was asked, how they were sampled, and whom they stand for."""
