"""The types of the fields of definitions, start requests and results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_embedded._shapes import (
    Reader,
    any_value,
    anything,
    boolean,
    integer,
    list_of,
    map_of,
    one_of,
    record,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

texts = list_of(text)
any_list = list_of(any_value)


def _workflow_task(value: object, where: str) -> object:
    return workflow_task(value, where)


_tasks = list_of(_workflow_task)

task_def: Callable[[object, str], dict[str, object]] = record(
    {
        **dict.fromkeys(
            ("name", "description", "ownerEmail", "ownerApp", "isolationGroupId", "executionNameSpace"), text
        ),
        **dict.fromkeys(("createdBy", "updatedBy", "baseType"), text),
        **dict.fromkeys(("retryCount", "retryDelaySeconds", "backoffScaleFactor", "maxRetryDelaySeconds"), integer),
        **dict.fromkeys(("timeoutSeconds", "responseTimeoutSeconds", "pollTimeoutSeconds"), integer),
        **dict.fromkeys(("totalTimeoutSeconds", "backoffJitterMs", "concurrentExecLimit"), integer),
        **dict.fromkeys(("rateLimitPerFrequency", "rateLimitFrequencyInSeconds", "createTime", "updateTime"), integer),
        "retryLogic": one_of("FIXED", "EXPONENTIAL_BACKOFF", "LINEAR_BACKOFF"),
        "timeoutPolicy": one_of("RETRY", "TIME_OUT_WF", "ALERT_ONLY"),
        **dict.fromkeys(("inputKeys", "outputKeys"), texts),
        **dict.fromkeys(("inputTemplate", "inputSchema", "outputSchema"), anything),
        "enforceSchema": boolean,
    }
)

workflow_task: Callable[[object, str], dict[str, object]] = record(
    {
        **dict.fromkeys(("name", "taskReferenceName", "type", "description", "evaluatorType", "expression"), text),
        **dict.fromkeys(("scriptExpression", "caseValueParam", "caseExpression", "loopCondition", "sink"), text),
        **dict.fromkeys(("dynamicTaskNameParam", "dynamicForkTasksParam", "dynamicForkJoinTasksParam"), text),
        "dynamicForkTasksInputParamName": text,
        **dict.fromkeys(("inputParameters", "subWorkflowParam", "cacheConfig"), anything),
        **dict.fromkeys(("joinOn", "defaultExclusiveJoinTask"), texts),
        **dict.fromkeys(("optional", "permissive", "asyncComplete", "rateLimited"), boolean),
        **dict.fromkeys(("startDelay", "retryCount"), integer),
        "taskDefinition": task_def,
        "decisionCases": map_of(_tasks),
        "defaultCase": _tasks,
        "forkTasks": list_of(_tasks),
        "loopOver": _tasks,
        "onStateChange": map_of(any_list),
    }
)

workflow_def: Callable[[object, str], dict[str, object]] = record(
    {
        **dict.fromkeys(("name", "description", "failureWorkflow", "ownerEmail", "ownerApp"), text),
        **dict.fromkeys(("createdBy", "updatedBy", "workflowStatusListenerSink"), text),
        **dict.fromkeys(("version", "schemaVersion", "timeoutSeconds", "createTime", "updateTime"), integer),
        "timeoutPolicy": one_of("TIME_OUT_WF", "ALERT_ONLY"),
        **dict.fromkeys(("restartable", "workflowStatusListenerEnabled", "enforceSchema"), boolean),
        **dict.fromkeys(("inputParameters", "maskedFields"), texts),
        **dict.fromkeys(("outputParameters", "variables", "inputTemplate", "metadata", "rateLimitConfig"), anything),
        "tasks": _tasks,
    }
)

start_request: Callable[[object, str], dict[str, object]] = record(
    {
        **dict.fromkeys(("name", "correlationId", "createdBy", "externalInputPayloadStoragePath"), text),
        **dict.fromkeys(("idempotencyKey", "idempotencyStrategy", "event"), text),
        **dict.fromkeys(("version", "priority"), integer),
        "input": anything,
        "taskToDomain": map_of(text),
        "workflowDef": workflow_def,
    }
)


def _log_line(value: object, where: str) -> object:
    return {"log": value} if isinstance(value, str) else _log_record(value, where)


_log_record: Reader = record({"log": text, "taskId": text, "createdTime": integer})

task_result: Callable[[object, str], dict[str, object]] = record(
    {
        **dict.fromkeys(("taskId", "workflowInstanceId", "workerId", "reasonForIncompletion", "subWorkflowId"), text),
        "externalOutputPayloadStoragePath": text,
        "status": one_of("CANCELED", "COMPLETED", "FAILED_WITH_TERMINAL_ERROR", "FAILED", "IN_PROGRESS"),
        "callbackAfterSeconds": integer,
        "outputData": anything,
        "logs": list_of(_log_line),
        "extendLease": boolean,
    }
)

rerun_request: Callable[[object, str], dict[str, object]] = record(
    {
        **dict.fromkeys(("reRunFromWorkflowId", "reRunFromTaskId", "correlationId"), text),
        **dict.fromkeys(("workflowInput", "taskInput"), anything),
    }
)

skip_request: Callable[[object, str], dict[str, object]] = record({"taskInput": anything, "taskOutput": anything})
