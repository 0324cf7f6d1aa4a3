package io.operatorlib.postgres.instance;

import io.operatorlib.postgres.InstanceState;
import java.util.List;
import java.util.stream.Collectors;

/** The statements by which an instance is made fit for replication; each may be repeated. */
final class Sql {
    /** The timeline that a primary writes. */
    private static final String TIMELINE = "('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int";

    /** Asks for {@link InstanceState.Data}. */
    static final String LOOK = """
            select json_build_object('recovering', r, 'system', (select system_identifier::text from pg_control_system()),
              'timeline', case when r then greatest(timeline_id,
                (select ('x' || max(substr(name, 1, 8)))::bit(32)::int from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'))
                else %s end,
              'received', case when r then greatest(
                coalesce(pg_last_wal_receive_lsn(), '0/0'), coalesce(pg_last_wal_replay_lsn(), '0/0'))
                else pg_current_wal_lsn() end - '0/0',
              'told', coalesce(latest_end_lsn - '0/0', 0), 'streaming', coalesce(status = 'streaming', false),
              'pendingRestart', exists(select from pg_settings where pending_restart),
              'synchronous', current_setting('synchronous_standby_names'))
            from pg_is_in_recovery() r cross join pg_control_checkpoint() left join pg_stat_wal_receiver on true""".formatted(TIMELINE);

    /** Tells whether it is a primary whose control file names the timeline that it writes. */
    static final String FOLLOWABLE =
            "select not pg_is_in_recovery() and timeline_id = " + TIMELINE + " from pg_control_checkpoint()";

    private Sql() {}

    /** The user that replicas copy, follow and rewind as; it can write nothing. */
    static String replicator(String password) {
        return """
                do $$ begin
                  if not exists (select from pg_roles where rolname = 'replicator') then
                    create role replicator login replication password '%s';
                  end if;
                end $$;
                grant execute on function pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean),
                  pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) to replicator""".formatted(password);
    }

    /** A slot for each replica, and for nobody else: what it has not received yet is kept for it. */
    static String slots(List<String> replicas) {
        String names = replicas.stream()
                .map(name -> "'" + slot(name) + "'")
                .collect(Collectors.joining(", ", "array[", "]::text[]"));
        return "select pg_create_physical_replication_slot(name) from unnest(" + names
                + ") name where name not in (select slot_name from pg_replication_slots);"
                + " select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                + " where slot_type = 'physical' and not temporary and not active and slot_name <> all(" + names + ")";
    }

    static String slot(String instance) {
        return instance.replace('-', '_');
    }
}
