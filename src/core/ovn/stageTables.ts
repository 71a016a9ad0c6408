import { pipelineOfStage } from './stages';

/** The tables of one release: the stages of each pipeline by its prefix, in the order of their numbers, which begin at 0. */
export interface ReleaseTables {
  /** `26.03`; a stable branch may still renumber, as 22.03.3 did. */
  readonly release: string;
  readonly tables: Readonly<Record<string, readonly string[]>>;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * Releases whose tables are known for certain, oldest first: those of 23.03 and later as a northd of that release writes them
 * (23.03.1, 25.03.0, 26.03.1, 26.09.0), the older ones by its source and by traces made with them.
 */
export const releaseTables: readonly [ReleaseTables, ...ReleaseTables[]] = [
  {
    release: '2.11',
    tables: {
      ls_in_: words(`
        port_sec_l2 port_sec_ip port_sec_nd pre_acl pre_lb pre_stateful acl qos_mark qos_meter lb
        stateful arp_rsp dhcp_options dhcp_response dns_lookup dns_response l2_lkup
      `),
      ls_out_: words(
        'pre_lb pre_acl pre_stateful lb acl qos_mark qos_meter stateful port_sec_ip port_sec_l2',
      ),
      lr_in_: words(`
        admission ip_input defrag unsnat dnat nd_ra_options nd_ra_response ip_routing arp_resolve
        gw_redirect arp_request
      `),
      lr_out_: words('undnat snat egr_loop delivery'),
    },
  },
  {
    release: '21.06',
    tables: {
      ls_in_: words(`
        port_sec_l2 port_sec_ip port_sec_nd lookup_fdb put_fdb pre_acl pre_lb pre_stateful
        acl_hint acl qos_mark qos_meter stateful pre_hairpin nat_hairpin hairpin arp_rsp
        dhcp_options dhcp_response dns_lookup dns_response external_port l2_lkup l2_unknown
      `),
      ls_out_: words(`
        pre_lb pre_acl pre_stateful acl_hint acl qos_mark qos_meter stateful port_sec_ip
        port_sec_l2
      `),
      lr_in_: words(`
        admission lookup_neighbor learn_neighbor ip_input defrag unsnat dnat ecmp_stateful
        nd_ra_options nd_ra_response ip_routing ip_routing_ecmp policy policy_ecmp arp_resolve
        chk_pkt_len larger_pkts gw_redirect arp_request
      `),
      lr_out_: words('undnat snat egr_loop delivery'),
    },
  },
  {
    release: '23.03',
    tables: {
      ls_in_: words(`
        check_port_sec apply_port_sec lookup_fdb put_fdb pre_acl pre_lb pre_stateful acl_hint acl
        qos_mark qos_meter lb_aff_check lb lb_aff_learn pre_hairpin nat_hairpin hairpin
        acl_after_lb stateful arp_rsp dhcp_options dhcp_response dns_lookup dns_response
        external_port l2_lkup l2_unknown
      `),
      ls_out_: words(`
        pre_acl pre_lb pre_stateful acl_hint acl qos_mark qos_meter stateful check_port_sec
        apply_port_sec
      `),
      lr_in_: words(`
        admission lookup_neighbor learn_neighbor ip_input unsnat defrag lb_aff_check dnat
        lb_aff_learn ecmp_stateful nd_ra_options nd_ra_response ip_routing_pre ip_routing
        ip_routing_ecmp policy policy_ecmp arp_resolve chk_pkt_len larger_pkts gw_redirect
        arp_request
      `),
      lr_out_: words('chk_dnat_local undnat post_undnat snat post_snat egr_loop delivery'),
    },
  },
  {
    release: '25.03',
    tables: {
      ls_in_: words(`
        check_port_sec apply_port_sec lookup_fdb put_fdb pre_acl pre_lb pre_stateful acl_hint
        acl_eval acl_sample acl_action qos lb_aff_check lb lb_aff_learn pre_hairpin nat_hairpin
        hairpin acl_after_lb_eval acl_after_lb_sample acl_after_lb_action stateful arp_rsp
        dhcp_options dhcp_response dns_lookup dns_response external_port l2_lkup l2_unknown
      `),
      ls_out_: words(`
        lookup_fdb put_fdb pre_acl pre_lb pre_stateful acl_hint acl_eval acl_sample acl_action qos
        stateful check_port_sec apply_port_sec
      `),
      lr_in_: words(`
        admission lookup_neighbor learn_neighbor ip_input dhcp_relay_req unsnat post_unsnat defrag
        lb_aff_check dnat lb_aff_learn ecmp_stateful nd_ra_options nd_ra_response ip_routing_pre
        ip_routing ip_routing_ecmp policy policy_ecmp dhcp_relay_resp_chk dhcp_relay_resp
        arp_resolve chk_pkt_len larger_pkts gw_redirect arp_request
      `),
      lr_out_: words('chk_dnat_local undnat post_undnat snat post_snat egr_loop delivery'),
    },
  },
  {
    release: '26.03',
    tables: {
      ls_in_: words(`
        check_port_sec apply_port_sec mirror lookup_fdb put_fdb pre_acl pre_lb pre_stateful
        acl_hint acl_eval acl_sample acl_action qos ct_extract lb_aff_check lb lb_aff_learn
        pre_hairpin nat_hairpin hairpin acl_after_lb_eval acl_after_lb_sample acl_after_lb_action
        pre_network_function stateful network_function arp_rsp dhcp_options dhcp_response
        dns_lookup dns_response external_port l2_lkup l2_unknown
      `),
      ls_out_: words(`
        lookup_fdb put_fdb pre_acl pre_lb pre_stateful acl_hint acl_eval acl_sample acl_action
        mirror qos pre_network_function stateful network_function check_port_sec apply_port_sec
      `),
      lr_in_: words(`
        admission lookup_neighbor learn_neighbor ip_input dhcp_relay_req unsnat post_unsnat defrag
        ct_extract lb_aff_check dnat lb_aff_learn ecmp_stateful nd_ra_options nd_ra_response
        ip_routing_pre ip_routing ip_routing_ecmp policy policy_ecmp dhcp_relay_resp_chk
        dhcp_relay_resp arp_resolve chk_pkt_len larger_pkts gw_redirect network_id arp_request
        ecmp_stateful_egr
      `),
      lr_out_: words('chk_dnat_local undnat post_undnat snat post_snat egr_loop delivery'),
    },
  },
  {
    release: '26.09',
    tables: {
      ls_in_: words(`
        check_port_sec apply_port_sec mirror lookup_fdb put_fdb pre_acl pre_lb pre_stateful
        acl_hint acl_eval acl_sample acl_action qos ct_extract lb_aff_check lb lb_aff_learn
        pre_hairpin nat_hairpin hairpin acl_after_lb_eval acl_after_lb_sample acl_after_lb_action
        pre_network_function stateful network_function arp_nd_pre_lookup arp_rsp dhcp_options
        dhcp_response dns_lookup dns_response external_port l2_lkup l2_unknown
      `),
      ls_out_: words(`
        lookup_fdb put_fdb pre_acl pre_lb pre_stateful acl_hint acl_eval acl_sample acl_action
        mirror qos pre_network_function stateful network_function check_port_sec apply_port_sec
      `),
      lr_in_: words(`
        admission lookup_neighbor learn_neighbor ip_input dhcp_relay_req unsnat post_unsnat defrag
        ct_extract lb_aff_check dnat lb_aff_learn ecmp_stateful nd_ra_options nd_ra_response
        ip_routing_pre ip_routing ip_routing_ecmp policy policy_ecmp dhcp_relay_resp_chk
        dhcp_relay_resp arp_resolve chk_pkt_len larger_pkts gw_redirect network_id arp_request
        ecmp_stateful_egr
      `),
      lr_out_: words('chk_dnat_local undnat post_undnat snat post_snat egr_loop delivery'),
    },
  },
];

/** Number of the table in which a release has the stage; null when it has none of that name. */
export function tableOfStage({ tables }: ReleaseTables, stage: string): number | null {
  const kind = pipelineOfStage(stage);
  const number = kind === null ? -1 : (tables[kind.prefix]?.indexOf(stage.slice(kind.prefix.length)) ?? -1);
  return number < 0 ? null : number;
}
