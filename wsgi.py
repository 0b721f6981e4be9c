"""The door for web servers: settings in, application out."""

import os

from dotenv import load_dotenv

from config import from_environ
from welcome.app import create_app

load_dotenv()
app = create_app(from_environ(os.environ))
