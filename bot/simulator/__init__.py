"""Far ends of the channels, played on this machine: people can judge the Zalo experience without an account."""
