package io.operatorlib.agent;

import io.operatorlib.internal.Termination;
import io.operatorlib.internal.http.AgentClient;
import io.operatorlib.internal.http.AgentServer;
import io.operatorlib.spi.Scheduler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SortedMap;

/**
 * The agents of an operator, as it asks them over HTTP: each at its pod's address, all at the same port. Safe for use by
 * many threads.
 *
 * <p><b>Guarantees.</b> An answer is that of the agent that was asked for: an address may have passed to another pod.
 *
 * <p><b>Limits.</b> Nothing is encrypted: what an agent says is for everybody in the network to read, and a hint for the
 * operator, which decides; secrets have no place in it.
 */
public final class Agents {
    /** A kubelet kills long before. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final AgentClient client;

    /** @param port where each agent answers */
    public Agents(int port) {
        this.client = new AgentClient(port);
    }

    /**
     * Asks all of them at once; those that do not answer in a second are not among the answers.
     *
     * @param addresses by the agents' names
     * @param revision of the notice that they should know: who does not looks at once
     * @param state what they answer: a record
     */
    public <T> SortedMap<String, T> ask(SortedMap<String, String> addresses, long revision, Class<T> state)
            throws InterruptedException {
        return client.ask(addresses, revision, state);
    }

    /**
     * Runs an agent as the program of this process: until it has ended by itself, or the process was asked to end and it
     * has ended, too. At {@code /ready} and {@code /live} it answers the kubelet.
     */
    public static void run(Agent agent, String name, InetSocketAddress address, Scheduler scheduler)
            throws InterruptedException {
        var server = AgentServer.start(agent, name, address);
        try (var termination = Termination.watch(PATIENCE)) {
            scheduler.fork("termination", () -> {
                try {
                    termination.await();
                    agent.end();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            agent.run();
        } finally {
            server.close();
        }
    }
}
