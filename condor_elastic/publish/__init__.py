"""Say what was seen and done: the schedd's ad (by stdout), one generic ad for each queue, fleet and worker, metrics."""

from condor_elastic.publish.ads import ads
from condor_elastic.publish.form import Ad, Value, literal
from condor_elastic.publish.prometheus import write_metrics
from condor_elastic.publish.schedd import SUMMARY, lines, summary
from condor_elastic.publish.send import TYPES, advertise

__all__ = ["SUMMARY", "TYPES", "Ad", "Value", "ads", "advertise", "lines", "literal", "summary", "write_metrics"]
