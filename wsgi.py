"""The door for web servers: settings in, application out."""

import gc
import os

from dotenv import load_dotenv

from config import from_environ
from welcome.app import create_app

load_dotenv()
app = create_app(from_environ(os.environ))

# What is loaded by now stays. To look through all of it for garbage kept a visitor in some hundreds waiting 0.2 s.
gc.collect()
gc.freeze()
