package io.operatorlib.postgres.instance;

import io.operatorlib.postgres.InstanceState.Data;

/**
 * What a running PostgreSQL says.
 *
 * @param recovering whether it is a replica
 */
public record Look(boolean recovering, Data data) {

    /** Reads what was answered to {@link Sql#LOOK}. */
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
