"""What an administrator does to single VMs, by one of their names; each is said in the VM job's ad or by its end."""

from condor_elastic.byhand.find import Done
from condor_elastic.byhand.pin import pin
from condor_elastic.byhand.retire import retire, unretire
from condor_elastic.byhand.terminate import terminate

__all__ = ["Done", "pin", "retire", "terminate", "unretire"]
