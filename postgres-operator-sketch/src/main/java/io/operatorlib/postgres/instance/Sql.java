package io.operatorlib.postgres.instance;

import java.util.List;
import java.util.stream.Collectors;

/** The statements by which an instance is made fit for replication; each may be repeated. */
final class Sql {
    /** Drops what only a primary needs: it would keep the log for ever. */
    static final String DROP_ALL_SLOTS = dropped("true");

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
                .map(name -> "'" + Postgres.slot(name) + "'")
                .collect(Collectors.joining(", ", "array[", "]::text[]"));
        return "select pg_create_physical_replication_slot(name) from unnest(" + names
                + ") name where name not in (select slot_name from pg_replication_slots); "
                + dropped("slot_name <> all(" + names + ")");
    }

    private static String dropped(String which) {
        return "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                + " where slot_type = 'physical' and not temporary and not active and " + which;
    }
}
