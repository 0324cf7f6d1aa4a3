package io.operatorlib.leader;

import java.time.Duration;

/**
 * How an election stands, as one candidate sees it.
 *
 * @param leads whether the candidate leads
 * @param term the greatest term that the candidate has seen or led
 * @param remaining how long its effects are allowed if no renewal comes; zero where it does not lead
 * @param holder who holds the Lease; empty for nobody, or where that is not known yet
 * @param free whether the Lease was nobody's when this candidate looked at it last: it had no holder, or had run out
 *     unrenewed while this candidate looked on. Who holds it since has a greater term.
 * @param transitions how often the candidate began to lead
 * @param problem what keeps it from knowing better; empty for nothing
 */
public record ElectionStatus(
        boolean leads, long term, Duration remaining, String holder, boolean free, long transitions, String problem) {}
