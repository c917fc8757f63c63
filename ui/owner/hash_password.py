"""`python -m ui.owner.hash_password`: the command's name in people's notes, kept."""

from ui.access.hash_password import main

if __name__ == "__main__":
    main()
