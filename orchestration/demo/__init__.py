"""The demo world: a school group's drop folder, made up but alike in every detail."""

from orchestration.demo.settings import DemoError, DemoSettings
from orchestration.demo.world import DemoSummary, write_demo

__all__ = ["DemoError", "DemoSettings", "DemoSummary", "write_demo"]
