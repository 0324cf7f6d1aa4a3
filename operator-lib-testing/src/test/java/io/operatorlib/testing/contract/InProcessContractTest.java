package io.operatorlib.testing.contract;

import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.StillScheduler;
import java.io.IOException;
import java.util.Map;

/** The server in this JVM keeps the contract. */
class InProcessContractTest extends KubeApiContract {
    private final StillScheduler scheduler = new StillScheduler();
    private final KubeApi api = ApiServer.create(scheduler).as(Caller.ADMIN);

    @Override
    protected KubeApi api() {
        return api;
    }

    @Override
    protected Waiting waiting() {
        return scheduler::sleep;
    }

    @Override
    protected Map<String, String> differences() throws IOException {
        return differencesOfTheDouble();
    }
}
