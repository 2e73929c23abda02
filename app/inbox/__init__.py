"""What staff do: look through conversations, release, change or write replies, correct the robot, close."""
