"""Asks for the owner's password and prints its hash as a line for the settings.

python -m ui.owner.hash_password
"""

import getpass
import sys

from ui.base.password import Password

MIN_LENGTH = 12


def main() -> None:
    """Ask twice, without showing the input, and print the hash."""
    try:
        password = getpass.getpass(f"New password, {MIN_LENGTH} characters or more: ")
        if len(password) < MIN_LENGTH:
            sys.exit(f"Expected {MIN_LENGTH} characters or more. Received: {len(password)}")
        if getpass.getpass("The same password again: ") != password:
            sys.exit("The two passwords differ. Run the command again.")
    except (EOFError, KeyboardInterrupt):
        sys.exit("\nNo password was entered.")
    print("\nAdd this line to the secrets, or set the environment variable to the part after =:\n")
    print(f'INKLING_OWNER_PASSWORD = "{Password.of(password)}"')


if __name__ == "__main__":
    main()
