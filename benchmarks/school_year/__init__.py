"""A second world whose anomalies are known, made from the rules' sentences alone.

Nothing here knows how the rules are computed. A platform lives through sixty days,
its rosters are looked at now and then, and faults are done to it.
"""

from benchmarks.school_year.faults import FAULTS
from benchmarks.school_year.making import school_year, write_school_year
from benchmarks.school_year.platform import AS_OF, Label

__all__ = ["AS_OF", "FAULTS", "Label", "school_year", "write_school_year"]
