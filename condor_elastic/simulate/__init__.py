"""What a policy would have done: jobs of a trace, clouds that boot and fail, and the thought of the cycle itself."""
