package io.operatorlib.postgres.story;

/** What may happen to a cluster. */
enum Fault {
    SERVER_KILLED("kill -9 PostgreSQL of %s"),
    ALL_KILLED("kill -9 all processes of %s"),
    FROZEN("kill -STOP all processes of %s, past its Lease, then -CONT"),
    CUT_FROM_API("%s does not reach the API server, for longer than its Lease"),
    CUT_FROM_OPERATOR("the operator does not reach %s, for longer than its Lease"),
    CUT_APART("%s does not reach the other instances, for a while"),
    CUT_APART_AND_LOST("%s does not reach the other instances, and is lost"),
    SLOW("what %s and the others say takes its time and is lost now and then, and PostgreSQL of %1$s is killed"),
    DATA_LOST("the data of %s is lost"),
    SWITCHED_OVER("a switch-over, wished by a user");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    String of(String instance) {
        return words.formatted(instance);
    }
}
