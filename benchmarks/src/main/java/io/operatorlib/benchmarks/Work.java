package io.operatorlib.benchmarks;

/** What all three are given alike. */
final class Work {
    static final int WORKERS = 8;
    static final String GROUP = "bench.operatorlib.io";
    static final String PAGES = "/apis/bench.operatorlib.io/v1/namespaces/default/pages";
    static final String MAPS = "/api/v1/namespaces/default/configmaps";

    /** What each says in the status' one condition, as API conventions have it, once it has done its work. */
    static final String CONDITION = "Reconciled";

    static final String REASON = "Reconciled";
    static final String MESSAGE = "the last plan was carried out";

    private Work() {}
}
