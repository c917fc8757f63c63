"""Training runs on disk: what was asked for, how far they are, and which one is next.

Others may import:

    run: Run, now, start_lock
    host: this_host
    store: anything_trains, delete_run, list_runs, new_run, open_run, read_run,
        read_runs, run_folders
    status: ACTIVE_STATES, Epoch, Phase, State, Status, Step, time_limit_reason,
        why_it_ended
    report: ProgressReport, Report, SILENT
    history: Row, best_row, read_history, write_history
    queue: dequeue, is_busy, queue_again, queue_position, running, runs_before, start_next, waiting
    queue_order: enqueue, give_up_ticket, tickets
    process: COMMAND, NICENESS, ROOT, Start, launch, stop
    estimate: SPEED, estimate_seconds, parameter_count, pictures_per_epoch, seconds_to_result
    machine_speed: REFERENCE_SPEED, measure_speed
    mirrors: Mirrors, mirrored
    learning_wall: Read, Wall, WallReport, empty_wall, read_wall
    limits: Limits, check_queue_limit, check_run_limit, check_server_disk, check_visitor_disk,
        room_for
    memory: NEEDED, ensure_memory, free_memory, own_groups
    retention: clean_workspaces, mark_seen, old_uploads

The names and contents of the files in a run folder stay inside.
"""
