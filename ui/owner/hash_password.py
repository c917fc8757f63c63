"""Asks for a password, and writes the line that the settings keep of it.

python -m ui.owner.hash_password
"""

import getpass
import sys

from ui.owner.password import Password

SHORTEST = 12


def main() -> None:
    """Ask twice, without showing what is typed, and print the hash."""
    try:
        password = getpass.getpass(f"The owner's password, {SHORTEST} characters or more: ")
        if len(password) < SHORTEST:
            sys.exit(f"Expected {SHORTEST} characters or more. Received: {len(password)}")
        if getpass.getpass("Once more: ") != password:
            sys.exit("These were two different passwords. Run the command again.")
    except (EOFError, KeyboardInterrupt):
        sys.exit("\nNo password was given.")
    print("\nPut this line into the secrets, or the part behind = into the environment:\n")
    print(f'INKLING_OWNER_PASSWORD = "{Password.of(password)}"')


if __name__ == "__main__":
    main()
