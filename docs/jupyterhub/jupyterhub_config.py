"""A JupyterHub for this course, with the exchange on shared storage; see docs/grading.md. Adapt the first lines."""

import os

COURSE = os.environ.get("GANCOURSE_CLONE", "/srv/gancourse/course")  # the clone, readable by everybody
EXCHANGE = os.environ.get("GANCOURSE_EXCHANGE", "/srv/gancourse/exchange")  # mounted and writable for everybody
INSTRUCTORS = ["instructor"]
GRADER = "grader-gan-course"  # the system account that owns gradebook/ and runs Formgrader

c = get_config()  # noqa: F821 - JupyterHub provides it

c.Spawner.environment = {"GANCOURSE_EXCHANGE": EXCHANGE}
# The clone stays as it is: lessons, runs/ and work/ of a user go to gan-course/ in their home, or to $GANCOURSE_WORK.
c.Spawner.cmd = [f"{COURSE}/.venv/bin/gancourse", "lab"]

# Formgrader as a service: instructors reach it at /services/gan-course.
c.JupyterHub.load_groups = {"formgrade-gan-course": {"users": INSTRUCTORS}}
c.JupyterHub.load_roles = [
    {
        "name": "formgrade-gan-course",
        "groups": ["formgrade-gan-course"],
        "scopes": ["access:services!service=gan-course"],
    },
    {
        "name": "gan-course-grader",
        "services": ["gan-course"],
        "scopes": ["list:users", "read:users:groups", "admin:groups"],
    },
]
c.JupyterHub.services = [
    {
        "name": "gan-course",
        "url": "http://127.0.0.1:9999",
        "command": [f"{COURSE}/.venv/bin/jupyterhub-singleuser", "--debug"],
        "user": GRADER,
        "cwd": COURSE,
        "environment": {"GANCOURSE_EXCHANGE": EXCHANGE},
        "oauth_no_confirm": True,
    }
]
