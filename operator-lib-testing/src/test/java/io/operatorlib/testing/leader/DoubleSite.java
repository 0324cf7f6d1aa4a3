package io.operatorlib.testing.leader;

import io.operatorlib.internal.RealScheduler;
import io.operatorlib.spi.KubeApi;
import io.operatorlib.testing.apiserver.ApiServer;
import io.operatorlib.testing.apiserver.Caller;
import io.operatorlib.testing.apiserver.http.ApiServerHttps;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Our own server over HTTPS. */
final class DoubleSite implements Site {
    private final ApiServer server = ApiServer.create(new RealScheduler());
    private final ApiServerHttps https =
            ApiServerHttps.start(server, new RealScheduler(), ApiServerHttps.Listen.loopback());
    private final List<Landed> landed = new CopyOnWriteArrayList<>();

    DoubleSite() {
        server.observe(request -> {
            if (request.mutating() && request.status() < 300 && request.caller().startsWith("writer-")) {
                landed.add(new Landed(request.caller(), request.resource(), Instant.now()));
            }
        });
    }

    @Override
    public String name() {
        return "double";
    }

    @Override
    public int port() {
        return https.port();
    }

    @Override
    public KubeApi admin() {
        return server.as(Caller.ADMIN);
    }

    @Override
    public String kubeconfig(String pod, int throughPort) {
        return https.kubeconfig(pod, List.of(Caller.MASTERS))
                .replace("127.0.0.1:" + port(), "127.0.0.1:" + throughPort);
    }

    @Override
    public List<Landed> landed() {
        return landed;
    }

    @Override
    public void close() {
        https.close();
    }
}
