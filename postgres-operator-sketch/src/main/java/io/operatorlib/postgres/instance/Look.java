package io.operatorlib.postgres.instance;

import io.operatorlib.postgres.InstanceState.Data;
import java.util.Optional;

/**
 * What a running PostgreSQL says.
 *
 * @param recovering whether it is a replica
 */
record Look(boolean recovering, Data data) {

    /** The timeline that a primary writes. */
    static final String TIMELINE = "('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int";

    private static final String QUESTION = """
            select pg_is_in_recovery(), (select system_identifier from pg_control_system()),
              case when pg_is_in_recovery() then greatest(timeline_id,
                (select ('x' || max(substr(name, 1, 8)))::bit(32)::int from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'))
                else %s end,
              case when pg_is_in_recovery() then greatest(
                coalesce(pg_last_wal_receive_lsn(), '0/0'), coalesce(pg_last_wal_replay_lsn(), '0/0'))
                else pg_current_wal_lsn() end - '0/0',
              coalesce((select latest_end_lsn - '0/0' from pg_stat_wal_receiver), 0),
              coalesce((select status = 'streaming' from pg_stat_wal_receiver), false),
              exists(select from pg_settings where pending_restart),
              current_setting('synchronous_standby_names')
            from pg_control_checkpoint()""".formatted(TIMELINE);

    static Optional<Look> at(Postgres postgres) throws InterruptedException {
        return postgres.ask(QUESTION).filter(answer -> !answer.isEmpty()).map(Look::read);
    }

    static Look read(String answer) {
        String[] column = answer.split("\\|", -1);
        return new Look(
                column[0].equals("t"),
                new Data(
                        column[1],
                        Integer.parseInt(column[2]),
                        Long.parseLong(column[3]),
                        Long.parseLong(column[4]),
                        column[5].equals("t"),
                        column[6].equals("t"),
                        column[7]));
    }
}
