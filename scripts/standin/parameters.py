"""Names, types and checks of call parameters, from panda-server's api/v1: pilot_api, statistics_api, common."""
from __future__ import annotations

import inspect
from typing import Any

TYPES: dict[str, Any] = {"int": int, "str": str, "bool": bool, "number": (int, float), "any": object}


def signature(text: str) -> inspect.Signature:
    """Words `name:type` or `name:type=default`; real signatures give the real messages, which are Python's own."""
    return inspect.Signature([_parameter(word) for word in text.split()])


def _parameter(word: str) -> inspect.Parameter:
    name, _, rest = word.partition(":")
    kind, has_default, default = rest.partition("=")
    value: Any = inspect.Parameter.empty
    if has_default:
        value = int(default) if default.isdigit() else None if default == "None" else default
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=value, annotation=kind)


STATISTICS = {
    "active_job_stats_by_site": signature(""),
    "job_stats_by_site_and_resource_type": signature("time_window:int=None"),
}
METACONFIG = {"get_site_specs": signature("type:str=analysis")}
SYSTEM = {"is_alive": signature("")}
PILOT = {
    "acquire_jobs": signature("""
        site_name:str timeout:int=60 memory:int=None disk_space:int=None prod_source_label:str=None node:str=None
        computing_element:str=None prod_user_id:str=None get_proxy_key:str=None task_id:int=None n_jobs:int=1
        background:bool=None resource_type:str=None harvester_id:str=None worker_id:int=None scheduler_id:str=None
        job_type:str=None via_topic:bool=None remaining_time:any=None"""),
    "update_job": signature("""
        job_id:int job_status:str job_output_report:str= node:str=None cpu_consumption_time:int=None
        cpu_consumption_unit:str=None scheduler_id:str=None pilot_id:str=None site_name:str=None pilot_log:str=
        meta_data:str= cpu_conversion_factor:number=None trans_exit_code:int=None pilot_error_code:int=None
        pilot_error_diag:str=None exe_error_code:int=None exe_error_diag:str=None pilot_timing:str=None
        start_time:str=None end_time:str=None n_events:int=None n_input_files:int=None batch_id:str=None
        attempt_nr:int=None job_metrics:str=None stdout:str= job_sub_status:str=None core_count:int=None
        max_rss:number=None max_vmem:number=None max_swap:number=None max_pss:number=None avg_rss:number=None
        avg_vmem:number=None avg_swap:number=None avg_pss:number=None tot_rchar:number=None tot_wchar:number=None
        tot_rbytes:number=None tot_wbytes:number=None rate_rchar:number=None rate_wchar:number=None
        rate_rbytes:number=None rate_wbytes:number=None corrupted_files:str=None mean_core_count:int=None
        cpu_architecture_level:str=None grid:str=None source_site:str=None destination_site:str=None timeout:int=60"""),
}


def checked(expected: inspect.Signature, verb: str, given: dict[str, Any]) -> dict[str, Any] | str:
    """The arguments with defaults filled in, or the message of the refusal."""
    try:
        bound = expected.bind(**given)
    except TypeError as error:
        return f"Argument error: {error}"
    bound.apply_defaults()
    for name, parameter in expected.parameters.items():
        value = bound.arguments[name]
        if value == parameter.default:
            continue
        fitting = _fitting(name, value, parameter, verb)
        if isinstance(fitting, str):
            return fitting
        bound.arguments[name] = fitting[0]
    return dict(bound.arguments)


def _fitting(name: str, value: Any, parameter: inspect.Parameter, verb: str) -> tuple[Any] | str:
    """A value of the right type, in a tuple so that it is not taken for a message."""
    kind: str = parameter.annotation
    if verb == "GET" and kind == "int":  # a query string holds only text
        if value == "None" and parameter.default is None:
            return (None,)
        try:
            return (int(float(value)),)
        except (TypeError, ValueError):
            found = type(value).__name__
            return f"Type error: '{name}' with value '{value}' could not be casted to type int from {found}."
    if not isinstance(value, TYPES[kind]):
        return f"Type error: '{name}' must be of type {kind}, got {type(value).__name__}."
    return (value,)
