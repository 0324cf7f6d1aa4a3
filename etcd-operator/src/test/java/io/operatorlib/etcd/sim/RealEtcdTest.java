package io.operatorlib.etcd.sim;

import io.operatorlib.etcd.EtcdBinaries;
import io.operatorlib.etcd.JetcdEtcd;
import io.operatorlib.testing.LeftOut;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract on real etcd, through the operator's own door; side by side, since most of it is waiting. */
@Execution(ExecutionMode.CONCURRENT)
class RealEtcdTest extends EtcdContract {
    @RegisterExtension
    static final LeftOut LEFT_OUT = new LeftOut();

    private static final AtomicInteger PLACES = new AtomicInteger();

    @Override
    EtcdPlace open() throws IOException {
        // two builds on one machine keep out of each other's way
        long half = ProcessHandle.current().pid() % 120;
        var network = "127." + (64 + half) + "." + PLACES.incrementAndGet();
        var etcd = new JetcdEtcd();
        return new RealPlace(EtcdBinaries.folder().resolve("etcd"), network, etcd, etcd::close);
    }

    @Override
    void leftOut(String what) {
        LEFT_OUT.say(what);
    }
}
