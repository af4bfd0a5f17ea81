//! `seatwise generate`: a made-up portfolio to try things on.

use std::path::PathBuf;

use anyhow::Context;

use super::{Ending, edition, screen};
use crate::generate::{Form, Spec, generate};
use crate::rulebook::DEFAULT_EDITION;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder to write to; it must be empty or not exist.
    out: PathBuf,
    /// The same number makes the same files.
    #[arg(long, default_value_t = Spec::default().seed)]
    seed: u64,
    /// Tenants: a few large ones and many small ones.
    #[arg(long, default_value_t = Spec::default().tenants)]
    tenants: usize,
    /// Accounts of all tenants together.
    #[arg(long, default_value_t = Spec::default().users)]
    users: usize,
    /// Roles a large tenant has.
    #[arg(long, default_value_t = Spec::default().roles)]
    roles: usize,
    /// Permission rows a role has on average.
    #[arg(long, default_value_t = Spec::default().permissions)]
    permissions: usize,
    /// Roles an account holds on average.
    #[arg(long, default_value_t = Spec::default().roles_per_user)]
    roles_per_user: usize,
    /// Accounts of a hundred that work at devices.
    #[arg(long, default_value_t = Spec::default().at_devices, value_parser = clap::value_parser!(u32).range(0..=100))]
    at_devices: u32,
    /// Accounts of a site, who share its devices.
    #[arg(long, default_value_t = Spec::default().site)]
    site: usize,
    /// Devices for a hundred accounts that work at devices.
    #[arg(long, default_value_t = Spec::default().devices)]
    devices: usize,
    /// Devices such an account uses at most.
    #[arg(long, default_value_t = Spec::default().usage)]
    usage: usize,
    /// Files of a hundred that are messy as exports are; what they say stays
    /// the same.
    #[arg(long, default_value_t = Spec::default().messy, value_parser = clap::value_parser!(u32).range(0..=100))]
    messy: u32,
    /// Kind of the files.
    #[arg(long, value_enum, default_value_t = Spec::default().form)]
    format: Form,
    /// One file of each table for all tenants, instead of a folder each.
    #[arg(long)]
    combined: bool,
    /// Tenants of one size, instead of a few large and many small ones.
    #[arg(long)]
    even: bool,
    /// Leave out what the tenants own.
    #[arg(long)]
    no_stock: bool,
    /// Edition whose licences and prices are used: an id or a file.
    #[arg(long, default_value = DEFAULT_EDITION)]
    rulebook: String,
    /// Threads; 0 means as many as there are cores. The files are the same.
    #[arg(long, default_value_t = 0)]
    threads: usize,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Ending> {
    let rulebook = edition::load(&args.rulebook)?;
    let spec = Spec {
        seed: args.seed,
        tenants: args.tenants,
        users: args.users,
        roles: args.roles,
        permissions: args.permissions,
        roles_per_user: args.roles_per_user,
        at_devices: args.at_devices,
        site: args.site,
        devices: args.devices,
        usage: args.usage,
        messy: args.messy,
        form: args.format,
        combined: args.combined,
        even: args.even,
        stock: !args.no_stock,
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .build()
        .context("cannot start the threads")?;
    let made = pool.install(|| generate(&spec, &rulebook, &args.out))?;
    screen::print(&format!(
        "{} files, {} rows, {} bytes in {}; everybody in them is made up.\n",
        made.files,
        made.rows,
        made.bytes,
        args.out.display()
    ))?;
    Ok(Ending::Done)
}
