package io.operatorlib.testing;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that actors borrow: starting one costs some fifty hand-overs, so runs that follow one another share them.
 * One run at a time uses a pool.
 */
final class SimThreads {
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private int started;

    /** Gives the actor a thread, which begins as soon as it is the actor's turn. */
    void assign(Actor actor) {
        var worker = idle.pollLast();
        if (worker == null) {
            worker = new Worker(started++);
            actor.bind(worker.thread);
            worker.actor = actor;
            worker.thread.start();
        } else {
            actor.bind(worker.thread);
            worker.actor = actor;
            LockSupport.unpark(worker.thread);
        }
    }

    /** Lets the pool's threads end; for the end of a series of runs. */
    void close() {
        for (var worker : idle) {
            worker.closed = true;
            LockSupport.unpark(worker.thread);
        }
        idle.clear();
    }

    private final class Worker implements Runnable {
        private final Thread thread;
        private volatile @Nullable Actor actor;
        private volatile boolean closed;

        Worker(int number) {
            thread = new Thread(this, "sim-" + number);
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            while (!closed) {
                var mine = actor;
                if (mine == null) {
                    LockSupport.park(this);
                    continue;
                }
                actor = null;
                mine.run(() -> idle.addLast(this));
            }
        }
    }
}
