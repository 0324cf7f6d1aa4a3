package io.operatorlib.testing.contract;

import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.operatorlib.internal.RealScheduler;
import io.operatorlib.internal.kube.ClientJavaKubeApi;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The server in this JVM keeps the contract behind HTTPS, too, through client-java's connection. */
@Execution(ExecutionMode.CONCURRENT)
class HttpsContractTest extends KubeApiContract {
    private static @Nullable ApiServerHttps https;
    private static @Nullable KubeApi api;

    @BeforeAll
    static void start() throws IOException {
        var scheduler = new RealScheduler();
        ApiServerHttps started =
                ApiServerHttps.start(ApiServer.create(scheduler), scheduler, ApiServerHttps.Listen.loopback());
        https = started;
        api = new ClientJavaKubeApi(
                ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(new StringReader(started.kubeconfig())))
                        .build());
    }

    @AfterAll
    static void stop() {
        if (https != null) {
            https.close();
        }
    }

    @Override
    protected KubeApi api() {
        KubeApi open = api;
        if (open == null) {
            throw new IllegalStateException("the server is not started");
        }
        return open;
    }

    @Override
    protected Waiting waiting() {
        return time -> Thread.sleep(time.toMillis());
    }

    @Override
    protected Map<String, String> differences() throws IOException {
        return differencesOfTheDouble();
    }
}
