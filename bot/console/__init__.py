"""What officers look at: login, queue, ticket. Rules of the desk live in `bot.desk`, not here."""
