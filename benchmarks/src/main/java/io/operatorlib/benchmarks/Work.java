package io.operatorlib.benchmarks;

/** What all three are given alike. */
final class Work {
    static final int WORKERS = 8;
    static final String GROUP = "bench.operatorlib.io";
    static final String PAGES = "/apis/bench.operatorlib.io/v1/namespaces/default/pages";
    static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private Work() {}
}
