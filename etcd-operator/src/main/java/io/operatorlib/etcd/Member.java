package io.operatorlib.etcd;

/**
 * One member, or what is left of one, or what is to be one.
 *
 * @param name of its pod, and of its volume
 * @param id in the member list; 0 where it is not listed
 * @param leader whether it leads
 */
public record Member(String name, long id, MemberState state, boolean leader) {}
