"""Every window in every state a person may see it in, to be looked at by tests."""

from tests.desktop.scenes.stage import Scene, Stage
from tests.desktop.scenes.windows import every_scene

__all__ = ["Scene", "Stage", "every_scene"]
